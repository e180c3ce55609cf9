"""Makes every call of Triton's clients to a server, over HTTP and gRPC, and prints how many pictures were classified.

Arguments: the address of the API, that of gRPC, an admin's key, a key that may only predict, a PNG picture of 28x28 grey
pixels, the class that the server's own route found in it, and how many pictures it has classified already.
"""

import queue
import sys

import numpy
import tritonclient.grpc
import tritonclient.http
from PIL import Image
from tritonclient.utils import InferenceServerException

http_url, grpc_url, admin_key, predict_key, path, garment, classified = sys.argv[1:]
MODEL = "fashion-lite"
OTHER = "fashion-resnet"
file = open(path, "rb").read()
levels = numpy.asarray(Image.open(path), dtype=numpy.uint8).reshape(1, 28, 28)
headers = {"x-api-key": admin_key}
count = int(classified)


def refused(call, part):
    """The call fails, and says why."""
    try:
        call()
    except InferenceServerException as error:
        assert part in error.message(), error
        return error
    raise AssertionError(f"a call that should fail with {part!r} did not")


def inputs(module, array, datatype):
    tensor = module.InferInput("image", list(array.shape), datatype)
    tensor.set_data_from_numpy(array)
    return [tensor]


def texts(result, name):
    return [value.decode() for value in result.as_numpy(name).reshape(-1).tolist()]


def server_calls(client):
    assert client.is_server_live() and client.is_server_ready()
    refused(client.get_server_metadata, "X-API-Key")
    refused(lambda: client.get_server_metadata(headers={"x-api-key": "guess"}), "unknown")
    limited = {"x-api-key": predict_key}
    refused(lambda: client.get_model_repository_index(headers=limited), "admin")
    refused(lambda: client.get_inference_statistics(headers=limited), "read")
    refused(lambda: client.load_model(MODEL, headers=limited), "admin")
    refused(lambda: client.get_model_metadata("none", headers=headers), MODEL)
    refused(lambda: client.get_model_metadata(MODEL, "1", headers=headers), "no version 1")
    assert client.is_model_ready(MODEL, headers=headers)


def metadata_calls(client, as_json):
    server = client.get_server_metadata(headers=headers, **as_json)
    assert server["name"] == "atelier" and "classification" in server["extensions"], server
    model = client.get_model_metadata(MODEL, headers=headers, **as_json)
    assert model["name"] == MODEL and model["inputs"][0]["name"] == "image", model
    version = model["versions"][0]
    same = client.get_model_metadata(MODEL, version, headers=headers, **as_json)
    assert same == model
    configuration = client.get_model_config(MODEL, headers=headers, **as_json)
    configuration = configuration.get("config", configuration)
    assert configuration["max_batch_size"] == 1024, configuration
    assert configuration["input"][0]["data_type"] == "TYPE_FP32", configuration
    return version


def repository_calls(client, as_json):
    def index():
        entries = client.get_model_repository_index(headers=headers, **as_json)
        entries = entries if isinstance(entries, list) else entries["models"]
        return {entry["name"]: entry["state"] for entry in entries}

    assert index()[MODEL] == "READY"
    client.load_model(OTHER, headers=headers)
    assert client.is_model_ready(OTHER, headers=headers) and index()[OTHER] == "READY"
    client.unload_model(OTHER, headers=headers)
    assert not client.is_model_ready(OTHER, headers=headers) and index()[OTHER] == "UNAVAILABLE"
    refused(lambda: client.unload_model(MODEL, headers=headers), "promote another")
    refused(lambda: client.load_model("none", headers=headers), "there is no model none")
    refused(lambda: client.load_model(MODEL, headers=headers, config="{}"), "no parameters")


def infer_calls(module, client, version):
    """Pictures in each form: all get the same answer, which is that of the server's own route."""
    global count
    forms = [
        (levels, "UINT8"), (levels.reshape(1, 1, 28, 28), "UINT8"),
        ((levels / 255).astype(numpy.float32).reshape(1, 1, 28, 28), "FP32"),
        (numpy.array([file], dtype=object), "BYTES"), (numpy.array([[file]], dtype=object), "BYTES"),
    ]
    answers = []
    for array, datatype in forms:
        result = client.infer(
            MODEL, inputs(module, array, datatype), headers=headers, request_id="boot",
            parameters={"engine": "native" if datatype == "FP32" else "onnx"})
        count += 1
        assert texts(result, "class") == [garment], texts(result, "class")
        probabilities = result.as_numpy("probabilities")
        assert probabilities.shape == (1, 10) and abs(probabilities.sum() - 1) < 1e-5
        assert result.as_numpy("confidence")[0] == probabilities.max()
        assert result.as_numpy("garment").dtype == bool and result.as_numpy("uncertain").shape == (1,)
        assert len(texts(result, "prediction_id")[0]) == 36
        answers.append(probabilities)
    for answer in answers:
        assert numpy.abs(answer - answers[0]).max() < 1e-4
    outputs = [
        module.InferRequestedOutput("probabilities", class_count=3), module.InferRequestedOutput("class")]
    many = numpy.repeat(levels, 40, axis=0)
    result = client.infer(
        MODEL, inputs(module, many, "UINT8"), model_version=version, outputs=outputs, headers=headers)
    count += 40
    ranking = result.as_numpy("probabilities")
    assert ranking.shape == (40, 3)
    value, index, label = ranking[0][0].decode().split(":")
    assert label == garment and abs(float(value) - answers[0].max()) < 1e-6
    assert answers[0].argmax() == int(index)
    assert result.as_numpy("confidence") is None


def wrong_calls(module, client):
    def infer(array, datatype, **others):
        return lambda: client.infer(MODEL, inputs(module, array, datatype), headers=headers, **others)

    refused(infer(levels[:, :27], "UINT8"), "[1, 27, 28]")
    refused(infer(levels.astype(numpy.int64), "INT64"), "INT64")
    refused(infer(levels.astype(numpy.float32), "FP32"), "from 0 (black) to 1 (white)")
    refused(infer(numpy.array([b"no picture"], dtype=object), "BYTES"), "PNG")
    refused(infer(numpy.array([file[:200]], dtype=object), "BYTES"), "PNG")
    refused(infer(levels, "UINT8", parameters={"engine": "abacus"}), "engine")
    refused(infer(levels, "UINT8", outputs=[module.InferRequestedOutput("logits")]), "logits")
    refused(infer(numpy.zeros((2000, 28, 28), numpy.uint8), "UINT8"), "2000 pictures")
    # 12 MB, of which the server takes 10 MiB.
    error = refused(infer(numpy.zeros((4000, 28, 28), numpy.float32), "FP32"), "")
    assert error.status() in ("413", "StatusCode.RESOURCE_EXHAUSTED"), error


def statistics_calls(client, version, as_json):
    statistics = client.get_inference_statistics(MODEL, version, headers=headers, **as_json)
    entry = statistics["model_stats"][0]
    assert entry["name"] == MODEL and entry["version"] == version
    assert int(entry["inference_count"]) == count, (entry, count)
    assert 0 < int(entry["execution_count"]) <= count
    assert int(entry["inference_stats"]["success"]["count"]) == count
    assert int(entry["inference_stats"]["compute_infer"]["ns"]) > 0
    everything = client.get_inference_statistics(headers=headers, **as_json)
    assert {entry["name"] for entry in everything["model_stats"]} >= {MODEL, OTHER}


def battery(module, client, as_json):
    server_calls(client)
    version = metadata_calls(client, as_json)
    repository_calls(client, as_json)
    infer_calls(module, client, version)
    wrong_calls(module, client)
    statistics_calls(client, version, as_json)
    refused(lambda: client.get_trace_settings(headers=headers), "")
    refused(lambda: client.get_system_shared_memory_status(headers=headers), "")


def over_http():
    global count
    module = tritonclient.http
    client = module.InferenceServerClient(http_url, concurrency=4)
    battery(module, client, {})
    pending = [client.async_infer(MODEL, inputs(module, levels, "UINT8"), headers=headers) for _ in range(8)]
    for request in pending:
        assert texts(request.get_result(), "class") == [garment]
    count += 8
    # The same in JSON alone, both ways.
    tensor = module.InferInput("image", [1, 28, 28], "UINT8")
    tensor.set_data_from_numpy(levels, binary_data=False)
    wanted = [module.InferRequestedOutput(name, binary_data=False) for name in ("class", "probabilities")]
    # The client writes the length of the last request's JSON into the headers it was given.
    result = client.infer(MODEL, [tensor], outputs=wanted, headers={"x-api-key": admin_key})
    count += 1
    # As JSON has it: text, not bytes.
    assert result.as_numpy("class").tolist() == [garment], result.get_response()
    body, length = module.InferenceServerClient.generate_request_body(inputs(module, levels, "UINT8"))
    assert length is not None and len(body) > length
    client.close()


def over_grpc():
    global count, headers
    # The HTTP client wrote the length of a request's JSON into those it was given.
    headers = {"x-api-key": admin_key}
    module = tritonclient.grpc
    client = module.InferenceServerClient(grpc_url)
    battery(module, client, {"as_json": True})
    answers = queue.Queue()
    client.async_infer(
        MODEL, inputs(module, levels, "UINT8"), headers=headers,
        callback=lambda result, error: answers.put((result, error)))
    result, error = answers.get(timeout=60)
    assert error is None and texts(result, "class") == [garment]
    count += 1
    client.start_stream(lambda result, error: answers.put((result, error)), headers=headers)
    for number in range(5):
        array = levels if number != 2 else levels[:, :5]
        client.async_stream_infer(MODEL, inputs(module, array, "UINT8"), request_id=str(number))
    for number in range(5):
        result, error = answers.get(timeout=60)
        if number == 2:
            assert "[1, 5, 28]" in error.message(), error
        else:
            assert result.get_response().id == str(number) and texts(result, "class") == [garment]
            count += 1
    client.stop_stream()
    client.start_stream(lambda result, error: answers.put((result, error)))
    client.async_stream_infer(MODEL, inputs(module, levels, "UINT8"))
    _, error = answers.get(timeout=60)
    assert "X-API-Key" in error.message(), error
    client.stop_stream()
    client.close()


over_http()
over_grpc()
print(count)
