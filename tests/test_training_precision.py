"""A GPU's faster products are on while a training runs there, and only then."""

import dataclasses

import pytest
import torch

from engine.training.precision import fast_products
from tests.benchmarks import gpu_training
from tests.benchmarks.training_step import Stepper


def test_products_are_exact_on_the_processor():
    before = torch.get_float32_matmul_precision()
    with fast_products(torch.device("cpu")):
        assert torch.get_float32_matmul_precision() == before == "highest"


def test_a_training_that_fails_on_a_gpu_leaves_products_exact():
    with pytest.raises(RuntimeError, match="lost"), fast_products(torch.device("cuda")):
        assert torch.get_float32_matmul_precision() == "medium"
        raise RuntimeError("lost")
    assert torch.get_float32_matmul_precision() == "highest"


def test_the_operations_of_a_step_are_those_of_its_products():
    d_in, d_out, n = 6, 5, 12

    @dataclasses.dataclass
    class Regression:
        net: torch.nn.Linear

        def loss(self, _step):
            return self.net(torch.ones(n, d_in)).square().mean(), n

    counted = gpu_training.operations(Stepper(Regression(torch.nn.Linear(d_in, d_out)), 1.0))
    # Once forwards, once for the gradient of the weight; the input needs none. Two a weight.
    assert counted == (2 * 2 * n * d_in * d_out, n)


def test_a_step_is_that_of_plain_adam_with_clipped_gradients():
    torch.manual_seed(0)
    ours, plain = torch.nn.Linear(3, 1), torch.nn.Linear(3, 1)
    plain.load_state_dict(ours.state_dict())
    x = torch.randn(8, 3)

    @dataclasses.dataclass
    class Regression:
        net: torch.nn.Linear

        def loss(self, _step):
            return (100 * self.net(x)).square().mean(), len(x)

    stepper = Stepper(Regression(ours), clip_norm=0.5)
    adam = torch.optim.Adam(plain.parameters(), lr=1e-3, betas=(0.9, 0.99))
    for _ in range(3):
        assert stepper.step().n_tokens == len(x)
        adam.zero_grad()
        (100 * plain(x)).square().mean().backward()
        torch.nn.utils.clip_grad_norm_(plain.parameters(), 0.5)
        adam.step()
    assert torch.allclose(ours.weight, plain.weight, atol=1e-6)
