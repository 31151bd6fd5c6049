"""What people do, and what happens then."""
