import OpenInference

extension ServerMetadata {
  var json: OrderedJSON {
    [
      "name": .string(name), "version": .string(version),
      "extensions": .array(extensions.map { .string($0) }),
    ]
  }
}

extension ModelMetadata {
  var json: OrderedJSON {
    [
      "name": .string(name),
      "versions": .array(versions.map { .string($0) }),
      "platform": .string(Self.platform),
      "inputs": .array(inputs.map(\.json)),
      "outputs": .array(outputs.map(\.json)),
    ]
  }

  /// The configuration as Triton's clients read it.
  var configurationJSON: OrderedJSON {
    [
      "name": .string(name),
      "platform": .string(Self.platform),
      "backend": .string(Self.platform),
      "max_batch_size": .integer(PictureInput.countLimit),
      "input": .array(inputs.map(\.configurationJSON)),
      "output": .array(outputs.map(\.configurationJSON)),
    ]
  }
}

extension ModelMetadata.TensorMetadata {
  fileprivate var json: OrderedJSON {
    [
      "name": .string(name), "datatype": .string(datatype.rawValue),
      "shape": .array(shape.map { .integer($0) }),
    ]
  }

  fileprivate var configurationJSON: OrderedJSON {
    let type = datatype == .bytes ? "TYPE_STRING" : "TYPE_" + datatype.rawValue
    return [
      "name": .string(name), "data_type": .string(type),
      "dims": .array(configuredShape.map { .integer($0) }),
    ]
  }
}

extension ModelStatistics {
  var json: OrderedJSON {
    [
      "name": .string(name),
      "version": .string(version),
      "last_inference": .integer(lastInference),
      "inference_count": .integer(inferenceCount),
      "execution_count": .integer(executionCount),
      "inference_stats": [
        "success": success.json, "fail": failure.json, "queue": queue.json,
        "compute_input": input.json, "compute_infer": inference.json,
        "compute_output": Times().json,
      ],
    ]
  }
}

extension ModelStatistics.Times {
  fileprivate var json: OrderedJSON {
    ["count": .integer(count), "ns": .integer(nanoseconds)]
  }
}

extension ModelIndexEntry {
  var json: OrderedJSON {
    [
      "name": .string(name), "version": .string(version), "state": .string(state),
      "reason": .string(reason),
    ]
  }
}
