import OpenInference
import SwiftProtobuf

extension Inference_ModelMetadataResponse {
  init(_ metadata: ModelMetadata) {
    name = metadata.name
    versions = metadata.versions
    platform = ModelMetadata.platform
    inputs = metadata.inputs.map { .init($0) }
    outputs = metadata.outputs.map { .init($0) }
  }
}

extension Inference_ModelMetadataResponse.TensorMetadata {
  init(_ tensor: ModelMetadata.TensorMetadata) {
    name = tensor.name
    datatype = tensor.datatype.rawValue
    shape = tensor.shape.map { Int64($0) }
  }
}

extension Inference_ModelConfig {
  init(_ metadata: ModelMetadata) {
    name = metadata.name
    platform = ModelMetadata.platform
    backend = ModelMetadata.platform
    maxBatchSize = Int32(PictureInput.countLimit)
    input = metadata.inputs.map { tensor in
      .with {
        $0.name = tensor.name
        $0.dataType = .init(tensor.datatype)
        $0.dims = tensor.configuredShape.map { Int64($0) }
      }
    }
    output = metadata.outputs.map { tensor in
      .with {
        $0.name = tensor.name
        $0.dataType = .init(tensor.datatype)
        $0.dims = tensor.configuredShape.map { Int64($0) }
      }
    }
  }
}

extension Inference_DataType {
  init(_ datatype: TensorDatatype) {
    self =
      switch datatype {
      case .bool: .typeBool
      case .uint8: .typeUint8
      case .fp32: .typeFp32
      case .bytes: .typeString
      }
  }
}

extension Inference_ModelStatistics {
  init(_ statistics: ModelStatistics) {
    name = statistics.name
    version = statistics.version
    lastInference = UInt64(statistics.lastInference)
    inferenceCount = UInt64(statistics.inferenceCount)
    executionCount = UInt64(statistics.executionCount)
    inferenceStats = .with {
      $0.success = .init(statistics.success)
      $0.fail = .init(statistics.failure)
      $0.queue = .init(statistics.queue)
      $0.computeInput = .init(statistics.input)
      $0.computeInfer = .init(statistics.inference)
      $0.computeOutput = .init()
    }
  }
}

extension Inference_StatisticDuration {
  init(_ times: ModelStatistics.Times) {
    count = UInt64(times.count)
    ns = UInt64(times.nanoseconds)
  }
}

extension Inference_RepositoryIndexResponse.ModelIndex {
  init(_ entry: ModelIndexEntry) {
    name = entry.name
    version = entry.version
    state = entry.state
    reason = entry.reason
  }
}
