"""From an exercise's specification to its cases."""
