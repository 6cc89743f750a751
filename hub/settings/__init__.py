"""Settings: `demo` for a laptop, `test` for the test run, `production` for everything real."""
