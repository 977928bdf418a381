"""Between Scrapy and the portals: what is sent, how it is asked for, what arrives of it."""
