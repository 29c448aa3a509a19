"""Rows before training: which are too long, in which order they come, and how a batch is filled up."""

import pytest
from conftest import chat, rows

from luthier_runner.dataset import Order, tokens_by_step
from luthier_runner.failures import Failure
from luthier_runner.task import read_task
from luthier_runner.training import open_job


def test_seven_rows_of_a_hundred_that_are_too_long_are_the_seven_named(job):
    folder = job(validation=0)
    long = [3, 17, 18, 50, 77, 99, 100]
    folder.rows("train", [chat("card " * 300 if number in long else "card", "x") for number in range(1, 101)])
    opened = open_job(str(folder.path), read_task(str(folder.path)), "cpu", 1)
    assert [row["row"] for row in opened.train.too_long] == long
    assert all(row["file"] == "train" and row["tokens"] > row["limit"] == 256 for row in opened.train.too_long)
    assert len(opened.train.examples) == 93 and opened.steps_per_epoch == 12


def test_a_row_of_just_the_limit_is_taken_whole(job):
    folder = job(count=1, validation=0)
    opened = open_job(str(folder.path), read_task(str(folder.path)), "cpu", 1)
    length = len(opened.train.examples[0][0].ids)
    for limit, taken in ((length, 1), (length - 1, 0)):
        folder.task(max_length=limit)
        if taken:
            assert open_job(str(folder.path), read_task(str(folder.path)), "cpu", 1).train.learned == opened.train.learned
        else:
            with pytest.raises(Failure) as refused:
                open_job(str(folder.path), read_task(str(folder.path)), "cpu", 1)
            assert refused.value.code == "no_rows" and refused.value.details["too_long"][0]["row"] == 1


def test_the_order_is_another_each_epoch_and_the_same_each_time():
    order = Order(rows=9, total=12, seed=3)
    assert order.of(0) == Order(9, 12, 3).of(0) != order.of(1) != Order(9, 12, 4).of(1)
    assert sorted(order.of(1)[:9]) == list(range(9)) and order.of(1)[9:] == [9, 10, 11]


def test_tokens_are_counted_from_the_order_so_that_a_resume_cannot_lose_them(job):
    folder = job(count=9, validation=0, batch_size=4)
    opened = open_job(str(folder.path), read_task(str(folder.path)), "cpu", 1)
    sums = tokens_by_step(opened.train, opened.order, 4, 2)
    assert len(sums) == 7 and sums[3] == opened.train.tokens and sums[6] == 2 * opened.train.tokens


@pytest.mark.parametrize("changes", [{"batch_size": 9}, {"batch_size": 8, "micro_batch": 3}])
def test_a_batch_that_cannot_be_shared_is_refused(job, changes):
    folder = job(validation=0, **changes)
    with pytest.raises(Failure) as refused:
        open_job(str(folder.path), read_task(str(folder.path)), "cpu", 2)
    assert refused.value.code == "bad_task"


def test_a_pair_of_equal_answers_is_refused(job):
    pair = {"prompt": rows(1)[0]["prompt"], "chosen": "a", "rejected": "a"}
    folder = job(validation=0, method="dpo").rows("train", [pair])
    with pytest.raises(Failure) as refused:
        open_job(str(folder.path), read_task(str(folder.path)), "cpu", 1)
    assert (refused.value.code, refused.value.details["row"]) == ("bad_rows", 1)
