"""A static website of the lessons without their answers: no server and nothing from outside."""
