"""The service that held the video consultations before, as far as its accounts go. It misbehaves on request."""
