"""The paper's figures and tables, done anew, each with what it claims and what was measured."""
