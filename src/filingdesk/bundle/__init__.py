"""Plans, writes and verifies a submission folder."""
