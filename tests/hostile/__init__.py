"""Hostile repositories, candidates and answers: each must fail, and get nothing."""
