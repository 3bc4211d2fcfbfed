"""A publisher's web server: plain files with Range and ETag, and bad manners on request. It signs nothing itself."""
