def count_primes(below):
    """The number of primes below a number of at least 2, by the sieve of Eratosthenes."""
    is_prime = bytearray([1]) * below
    is_prime[:2] = bytes(2)
    for number in range(2, int(below ** 0.5) + 1):
        if is_prime[number]:
            is_prime[number * number::number] = bytes(len(range(number * number, below, number)))
    return sum(is_prime)
