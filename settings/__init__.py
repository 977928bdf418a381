"""Settings by environment: dev, production, replay, all over base."""
