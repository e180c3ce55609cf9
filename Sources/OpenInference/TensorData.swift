import Foundation

/// The elements of a tensor in JSON: one array, or arrays in arrays, row-major.
struct TensorData: Decodable {
  private enum Values {
    case numbers([Double])
    case strings([String])
    case bools([Bool])
    case none
  }

  private var values = Values.none

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let numbers = try? container.decode([Double].self) {
      values = .numbers(numbers)
    } else if let strings = try? container.decode([String].self) {
      values = .strings(strings)
    } else if let bools = try? container.decode([Bool].self) {
      values = .bools(bools)
    } else {
      guard decoder.codingPath.count < Self.depthLimit else {
        throw OpenInferenceError.invalid(
          "the data of an input are arrays in more than \(Tensor.rankLimit) arrays")
      }
      for row in try container.decode([TensorData].self) { try append(row, container.codingPath) }
    }
  }

  /// What lies around the data (`inputs`, an index, `data`), and the dimensions.
  private static let depthLimit = 3 + Tensor.rankLimit

  private mutating func append(_ row: TensorData, _ path: [any CodingKey]) throws {
    switch (values, row.values) {
    case (_, .none): break
    case (.none, _): values = row.values
    case (.numbers(var numbers), .numbers(let more)):
      values = .none  // so that what grows is not copied
      numbers += more
      values = .numbers(numbers)
    case (.strings(let strings), .strings(let more)): values = .strings(strings + more)
    case (.bools(let bools), .bools(let more)): values = .bools(bools + more)
    default:
      throw DecodingError.typeMismatch(
        TensorData.self, .init(codingPath: path, debugDescription: "elements of several kinds"))
    }
  }

  /// The elements as those of a tensor. Those of BYTES are in base64, for JSON is text and a picture's
  /// file is not.
  func contents(
    as datatype: TensorDatatype, _ name: String
  ) throws(OpenInferenceError) -> TensorContents {
    switch (datatype, values) {
    case (.fp32, .numbers(let numbers)): return .floats(numbers.map { Float($0) })
    case (.uint8, .numbers(let numbers)):
      return try TensorContents(bytes: numbers, ofTensor: name) { UInt8(exactly: $0) }
    case (.bytes, .strings(let texts)):
      var strings: [[UInt8]] = []
      for text in texts {
        guard let data = Data(base64Encoded: text) else {
          throw .invalid(
            "input \(name) of BYTES has an element that is not base64; in JSON the bytes of a picture's "
              + "file are")
        }
        strings.append(Array(data))
      }
      return .strings(strings)
    case (.bool, .bools(let bools)): return .bools(bools)
    case (.fp32, .none): return .floats([])
    case (.uint8, .none): return .bytes([])
    case (.bytes, .none): return .strings([])
    case (.bool, .none): return .bools([])
    default: throw .invalid("input \(name) of \(datatype.rawValue) has elements of another kind")
    }
  }
}
