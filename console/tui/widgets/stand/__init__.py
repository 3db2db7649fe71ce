"""The stand: large figures and plain sentences for visitors."""
