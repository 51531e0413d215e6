"""What runs now: leases read off the ledgers, terminals followed while they are written. Changes nothing."""
