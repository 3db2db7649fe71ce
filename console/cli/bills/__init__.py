"""The bills' part: statements, approvals, payouts and receipts."""
