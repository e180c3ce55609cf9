public import Foundation

extension InferRequest {
  /// A request as its HTTP body says it.
  public struct Body: Sendable {
    /// The request.
    public let request: InferRequest
    /// The outputs whose elements are to come in raw form.
    public let binaryOutputs: BinaryOutputs
  }

  /// Which outputs are to come in raw form behind the JSON of the answer.
  public struct BinaryOutputs: Sendable, Hashable {
    /// What holds for outputs that do not say so themselves.
    let byDefault: Bool
    /// What outputs say themselves.
    let named: [String: Bool]

    /// Whether the elements of an output come in raw form.
    public func contains(_ name: String) -> Bool { named[name] ?? byDefault }
  }

  /// Reads the body of a request.
  ///
  /// Source: Open Inference Protocol 2, inference request JSON object and binary tensor data extension.
  ///
  /// - Parameters:
  ///   - body: JSON, and behind it the raw data of tensors that say `binary_data_size`.
  ///   - headerLength: How long the JSON is; `nil` when there is nothing else.
  /// - Throws: ``OpenInferenceError`` when it is no such body, or a tensor does not fit its shape.
  public static func parse(
    _ body: Data, headerLength: Int?
  ) throws(OpenInferenceError) -> Body {
    let length = headerLength ?? body.count
    guard (0...body.count).contains(length) else {
      throw .invalid(
        "the header Inference-Header-Content-Length says \(length) bytes, the body has \(body.count)"
      )
    }
    let head = try decoded(body.prefix(length))
    var raw = body.dropFirst(length)
    var inputs: [Tensor] = []
    for input in head.inputs { inputs.append(try input.tensor(takingFrom: &raw)) }
    guard raw.isEmpty else {
      throw .invalid("\(raw.count) bytes of raw data belong to no input")
    }
    let outputs = (head.outputs ?? []).map {
      Output(name: $0.name, parameters: $0.parameters ?? [:])
    }
    let request = InferRequest(
      id: head.id ?? "", parameters: head.parameters ?? [:], inputs: inputs, outputs: outputs)
    let named = outputs.compactMap { output in
      output.parameters["binary_data"]?.bool.map { (output.name, $0) }
    }
    return Body(
      request: request,
      binaryOutputs: BinaryOutputs(
        byDefault: head.parameters?["binary_data_output"]?.bool ?? false,
        named: Dictionary(named, uniquingKeysWith: { $1 })))
  }

  private static func decoded(_ json: Data) throws(OpenInferenceError) -> Head {
    do {
      return try JSONDecoder().decode(Head.self, from: json)
    } catch let error as OpenInferenceError {
      throw error
    } catch let error as DecodingError {
      throw .invalid("the request is not as the protocol has it: \(error.place)")
    } catch {
      throw .invalid("the request is not JSON")
    }
  }
}

/// The JSON of a request.
private struct Head: Decodable {
  struct Input: Decodable {
    let name: String
    let datatype: String
    let shape: [Int]
    let parameters: [String: ParameterValue]?
    let data: TensorData?

    /// The tensor, whose elements stand here or at the head of the raw data.
    func tensor(takingFrom raw: inout Data.SubSequence) throws(OpenInferenceError) -> Tensor {
      let type = try TensorDatatype(named: datatype, ofInput: name)
      if let size = parameters?["binary_data_size"] {
        guard let count = size.integer, (0...raw.count).contains(count) else {
          throw .invalid("input \(name) says binary_data_size \(size.text), of \(raw.count) bytes")
        }
        defer { raw = raw.dropFirst(count) }
        return try Tensor(
          name: name, shape: shape,
          contents: TensorContents(raw: raw.prefix(count), as: type, ofTensor: name))
      }
      guard let data else {
        throw .invalid("input \(name) has neither data nor binary_data_size")
      }
      return try Tensor(name: name, shape: shape, contents: data.contents(as: type, name))
    }
  }

  struct Output: Decodable {
    let name: String
    let parameters: [String: ParameterValue]?
  }

  let id: String?
  let parameters: [String: ParameterValue]?
  let inputs: [Input]
  let outputs: [Output]?
}

extension TensorDatatype {
  /// The datatype that an input names.
  ///
  /// - Throws: ``OpenInferenceError`` when this service takes no such tensors.
  public init(named text: String, ofInput name: String) throws(OpenInferenceError) {
    guard let type = TensorDatatype(rawValue: text) else {
      throw .invalid(
        "input \(name) has the datatype \(text.prefix(32)); send \(PictureInput.acceptedTypes)")
    }
    self = type
  }
}

extension ParameterValue {
  /// The value, to be shown.
  fileprivate var text: String {
    switch self {
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .double(let value): "\(value)"
    case .string(let value): String(value.prefix(32))
    }
  }
}

extension DecodingError {
  /// Where in the JSON something is wrong, and what.
  fileprivate var place: String {
    switch self {
    case .keyNotFound(let key, let context):
      "\(Self.path(context))\(key.stringValue) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      context.codingPath.isEmpty
        ? "it is not an object" : "\(Self.path(context))has another type"
    case .dataCorrupted: "it is not JSON"
    @unknown default: "it cannot be read"
    }
  }

  private static func path(_ context: Context) -> String {
    let names = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
    return names.isEmpty ? "" : names.joined(separator: ".") + " "
  }
}
