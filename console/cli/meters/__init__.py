"""The meters' part: profiles, probes, stored answers, certificates, and each meter's health."""
