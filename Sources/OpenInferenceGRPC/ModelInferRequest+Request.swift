import Foundation
import OpenInference
import SwiftProtobuf

extension InferRequest {
  /// Reads a message. Elements stand in the inputs, or all of them in `raw_input_contents`.
  ///
  /// - Throws: ``OpenInferenceError`` when a tensor has no elements, or others than its shape.
  init(_ message: Inference_ModelInferRequest) throws(OpenInferenceError) {
    let raw = message.rawInputContents
    guard raw.isEmpty || raw.count == message.inputs.count else {
      throw .invalid(
        "raw_input_contents has \(raw.count) elements for \(message.inputs.count) inputs")
    }
    var inputs: [Tensor] = []
    for (index, input) in message.inputs.enumerated() {
      let type = try TensorDatatype(named: input.datatype, ofInput: input.name)
      guard raw.isEmpty || !input.hasContents else {
        throw .invalid("input \(input.name) has contents, and raw_input_contents beside them")
      }
      let contents =
        raw.isEmpty
        ? try input.contents.elements(of: type, input.name)
        : try TensorContents(raw: raw[index], as: type, ofTensor: input.name)
      inputs.append(
        try Tensor(name: input.name, shape: input.shape.map { Int($0) }, contents: contents))
    }
    self.init(
      id: message.id, parameters: message.parameters.given, inputs: inputs,
      outputs: message.outputs.map { Output(name: $0.name, parameters: $0.parameters.given) })
  }
}

extension Inference_ModelInferRequest {
  /// Bytes of all elements, in either form.
  var elementBytes: Int {
    rawInputContents.reduce(0) { $0 + $1.count }
      + inputs.reduce(0) { $0 + ($1.hasContents ? $1.contents.elementBytes : 0) }
  }
}

extension Inference_InferTensorContents {
  /// Bytes of the elements of the types that are taken.
  fileprivate var elementBytes: Int {
    boolContents.count + uintContents.count + MemoryLayout<Float>.size * fp32Contents.count
      + bytesContents.reduce(0) { $0 + $1.count }
  }

  fileprivate func elements(
    of datatype: TensorDatatype, _ name: String
  ) throws(OpenInferenceError) -> TensorContents {
    switch datatype {
    case .bool: return .bools(boolContents)
    case .fp32: return .floats(fp32Contents)
    case .bytes: return .strings(bytesContents.map { Array($0) })
    case .uint8:
      return try TensorContents(bytes: uintContents, ofTensor: name) { UInt8(exactly: $0) }
    }
  }
}

extension [String: Inference_InferParameter] {
  /// The parameters that have a value.
  fileprivate var given: [String: ParameterValue] {
    compactMapValues { parameter in
      switch parameter.parameterChoice {
      case .boolParam(let value): .bool(value)
      case .int64Param(let value): .integer(Int(value))
      case .uint64Param(let value): .integer(Int(clamping: value))
      case .doubleParam(let value): .double(value)
      case .stringParam(let value): .string(value)
      case nil: nil
      }
    }
  }
}

extension Inference_ModelInferResponse {
  /// Elements go in raw form, as Triton's clients expect.
  init(_ response: InferResponse) {
    modelName = response.modelName
    modelVersion = response.modelVersion
    id = response.id
    parameters = response.parameters.mapValues { value in
      .with {
        switch value {
        case .bool(let value): $0.boolParam = value
        case .integer(let value): $0.int64Param = Int64(value)
        case .double(let value): $0.doubleParam = value
        case .string(let value): $0.stringParam = value
        }
      }
    }
    outputs = response.outputs.map { tensor in
      .with {
        $0.name = tensor.name
        $0.datatype = tensor.contents.datatype.rawValue
        $0.shape = tensor.shape.map { Int64($0) }
      }
    }
    rawOutputContents = response.outputs.map { Data($0.contents.raw) }
  }
}
