public import Foundation

extension InferResponse {
  /// The body of the answer over HTTP.
  ///
  /// Source: Open Inference Protocol 2, inference response JSON object and binary tensor data extension.
  ///
  /// - Parameter binary: The outputs whose elements come in raw form.
  /// - Returns: JSON, and behind it the raw data; how long the JSON is, when there is any.
  public func body(
    binary: InferRequest.BinaryOutputs
  ) -> (bytes: Data, headerLength: Int?) {
    var raw = Data()
    let outputs = outputs.map { output in
      guard binary.contains(output.name) else { return Head.Output(output, binarySize: nil) }
      let bytes = output.contents.raw
      raw += bytes
      return Head.Output(output, binarySize: bytes.count)
    }
    let head = Head(
      model_name: modelName, model_version: modelVersion, id: id.isEmpty ? nil : id,
      parameters: parameters.isEmpty ? nil : parameters, outputs: outputs)
    // Encoding fails for numbers that are not finite alone, and calibrated probabilities are.
    let json = (try? JSONEncoder().encode(head)) ?? Data()
    let isBinary = self.outputs.contains { binary.contains($0.name) }
    return (json + raw, isBinary ? json.count : nil)
  }
}

/// The JSON of an answer.
private struct Head: Encodable {
  struct Output: Encodable {
    let name: String
    let datatype: TensorDatatype
    let shape: [Int]
    let parameters: [String: ParameterValue]?
    let data: Elements?

    /// - Parameter binarySize: How long its raw form is; `nil` when the elements stand here.
    init(_ tensor: Tensor, binarySize: Int?) {
      name = tensor.name
      datatype = tensor.contents.datatype
      shape = tensor.shape
      parameters = binarySize.map { ["binary_data_size": .integer($0)] }
      data = binarySize == nil ? Elements(contents: tensor.contents) : nil
    }
  }

  let model_name: String
  let model_version: String
  let id: String?
  let parameters: [String: ParameterValue]?
  let outputs: [Output]
}

/// Elements as an array. Those of BYTES are texts, which all outputs of this service are.
private struct Elements: Encodable {
  let contents: TensorContents

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch contents {
    case .bools(let values): try container.encode(values)
    case .bytes(let values): try container.encode(values)
    case .floats(let values): try container.encode(values)
    case .strings(let values):
      try container.encode(values.map { String(decoding: $0, as: UTF8.self) })
    }
  }
}
