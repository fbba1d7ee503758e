"""The command line: autograder build | grade | demo | doctor."""
