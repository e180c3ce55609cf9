"""Makes every call of KServe's clients to a server, over HTTP and gRPC, and prints how many pictures were classified.

Arguments: as those of triton.py.
"""

import asyncio
import sys

import grpc
import httpx
import numpy
from kserve import InferenceGRPCClient, InferenceRESTClient, InferInput, InferRequest, RESTConfig
from PIL import Image

http_url, grpc_url, admin_key, predict_key, path, garment, classified = sys.argv[1:]
MODEL = "fashion-lite"
base = f"http://{http_url}"
levels = (numpy.asarray(Image.open(path), dtype=numpy.float32) / 255).reshape(1, 1, 28, 28)
count = int(classified)


def request(array, is_binary):
    tensor = InferInput("image", list(array.shape), "FP32")
    tensor.set_data_from_numpy(array, binary_data=is_binary)
    return InferRequest(model_name=MODEL, infer_inputs=[tensor], request_id="boot")


def check(response):
    global count
    outputs = {output.name: output for output in response.outputs}
    probabilities = outputs["probabilities"].as_numpy()
    assert probabilities.shape == (1, 10) and abs(probabilities.sum() - 1) < 1e-5
    found = outputs["class"].as_numpy().reshape(-1)[0]
    assert (found.decode() if isinstance(found, bytes) else found) == garment, found
    count += 1


async def over_http():
    headers = {"X-API-Key": predict_key}
    async with InferenceRESTClient(RESTConfig(protocol="v2")) as client:
        assert await client.is_server_live(base) and await client.is_server_ready(base)
        assert await client.is_model_ready(base, MODEL, headers=headers)
        assert not await client.is_model_ready(base, "none", headers=headers)
        for is_binary in (False, True):
            check(await client.infer(base, request(levels, is_binary), model_name=MODEL, headers=dict(headers)))
        try:
            await client.infer(base, request(levels[:, :, :9], False), model_name=MODEL, headers=dict(headers))
        except httpx.HTTPStatusError as error:
            assert "[1, 1, 9, 28]" in str(error) and error.response.status_code == 400, error
        else:
            raise AssertionError("a tensor of a wrong shape was taken")


async def over_grpc():
    headers = (("x-api-key", predict_key),)
    async with InferenceGRPCClient(grpc_url) as client:
        assert await client.is_server_live(headers=headers) and await client.is_server_ready(headers=headers)
        assert await client.is_model_ready(MODEL, headers=headers)
        for is_binary in (False, True):
            check(await client.infer(request(levels, is_binary), headers=headers))
        try:
            await client.infer(request(levels, False))
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.UNAUTHENTICATED, error
        else:
            raise AssertionError("a call without a key was answered")


asyncio.run(over_http())
asyncio.run(over_grpc())
print(count)
