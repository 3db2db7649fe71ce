"""The chain stage: builds, signs, announces and observes transactions."""
