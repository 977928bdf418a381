"""Commands of this project beside those of Scrapy."""
