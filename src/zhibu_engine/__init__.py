"""The judging engine: facts in, findings out. Knows neither Django nor the apps."""
