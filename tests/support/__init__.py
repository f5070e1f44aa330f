"""What several tests need: stand-ins for services, started by the tests themselves."""
