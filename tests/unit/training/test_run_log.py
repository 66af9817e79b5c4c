"""What a run leaves in its folder: the loss of each step, and a log that TensorBoard reads."""

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util import tensor_util

from aemodels.training import recovery, run_log, spec
from aemodels.training.jobs import Job, State


def read_scalars(folder, tag):
    events = EventAccumulator(str(folder), size_guidance={"scalars": 0, "tensors": 0})
    events.Reload()
    if tag in events.Tags()["scalars"]:
        return {event.step: event.value for event in events.Scalars(tag)}
    return {event.step: float(tensor_util.make_ndarray(event.tensor_proto)) for event in events.Tensors(tag)}


@pytest.fixture
def job(digits, tmp_path, monkeypatch):
    """A short training of recipe R0, of the bundled digits, with a folder of its own."""
    monkeypatch.setenv("AEMODELS_HOME", str(tmp_path))
    settings = {"epochs": 2, "limit": 200, "batch_size": 32}
    made = spec.from_recipe("subclassed-dense", dataset="digits", settings=settings)
    job = Job(made, "visitor")
    recovery.keep(job)
    return job


def test_every_step_of_a_run_is_logged_in_its_folder_and_tensorboard_reads_it(job):
    job.run()
    assert job.state is State.DONE
    steps = job.spec.training.steps(200)
    terms = run_log.read(job.folder.path)
    assert terms.shape == (2 * steps, 2)
    assert terms[:steps, 0].mean() == pytest.approx(job.progress.epochs[0].reconstruction, rel=1e-5)
    logged = read_scalars(job.folder.path / "tensorboard" / "steps", "batch_mse")
    assert logged == pytest.approx(dict(enumerate(2 / 784 * terms[:, 0])), rel=1e-5)
    assert set(read_scalars(job.folder.path / "tensorboard" / "validation", "loss")) == {1, 2}
    events = EventAccumulator(str(job.folder.path / "tensorboard" / "train"))
    events.Reload()
    assert "reconstructions" in events.Tags()["tensors"]


def test_a_run_that_goes_on_counts_its_steps_on(job):
    job.run()
    steps = job.spec.training.steps(200)
    before = run_log.read(job.folder.path).copy()
    job.prepare_more(1)
    job.run()
    terms = run_log.read(job.folder.path)
    assert len(terms) == 3 * steps
    np.testing.assert_array_equal(terms[: 2 * steps], before)


def test_steps_are_written_over_from_where_a_training_resumes(tmp_path):
    path = tmp_path / run_log.LOSSES
    terms = np.arange(12, dtype=np.float32).reshape(6, 2)
    run_log.write(path, 0, terms)
    run_log.write(path, 3, -terms[:1])
    np.testing.assert_array_equal(run_log.read(tmp_path), np.concatenate([terms[:3], -terms[:1]]))
    run_log.write(path, 6, terms[:1])
    assert np.isnan(run_log.read(tmp_path)[4:6]).all()  # never known


def test_half_a_record_and_a_missing_file_are_no_steps(tmp_path):
    assert run_log.read(None).shape == run_log.read(tmp_path).shape == (0, 2)
    (tmp_path / run_log.LOSSES).write_bytes(b"\0" * 13)
    assert run_log.read(tmp_path).shape == (1, 2)


def test_a_folder_that_cannot_be_written_stops_no_training(digits, job, caplog):
    job.folder.path.joinpath("tensorboard").write_text("a file where the log should be")
    job.run()
    assert job.state is State.DONE
    assert "could not be logged" in caplog.text
