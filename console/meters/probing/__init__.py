"""The probing: a meter is watched for some minutes, and judged before it is believed."""
