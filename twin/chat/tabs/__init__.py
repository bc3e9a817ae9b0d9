"""What the page's tabs show: each module draws one, and ties to it what it does."""
