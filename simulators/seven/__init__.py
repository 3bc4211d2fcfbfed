"""A gateway for SMS that speaks the shape of seven.io and misbehaves on request. Sends nothing to anybody."""
