public import Classification

/// A picture as a tensor holds it.
public enum PictureInput: Sendable, Hashable {
  /// The bytes of a picture's file, to be decoded and preprocessed.
  case file([UInt8])
  /// The grey levels as the engine sees them.
  case tensor(ImageTensor)

  /// The name of the only input.
  public static let name = "image"
  /// The most pictures a request may have.
  public static let countLimit = 1_024

  /// The pictures of a request.
  ///
  /// - Throws: ``OpenInferenceError`` when its input is another, or of another type or shape.
  public static func pictures(
    of request: InferRequest
  ) throws(OpenInferenceError) -> [PictureInput] {
    guard let input = request.inputs.first, request.inputs.count == 1, input.name == name else {
      let names = request.inputs.prefix(4).map { $0.name.prefix(64) }.joined(separator: ", ")
      throw .invalid(
        "the request has \(names.isEmpty ? "no inputs" : "the inputs \(names)"); send one, \(name)")
    }
    let count = input.shape.first ?? 0
    guard count > 0 else { throw .invalid("input \(name) has no pictures") }
    guard count <= countLimit else {
      throw OpenInferenceError(
        .exhausted, "input \(name) has \(count) pictures; there may be \(countLimit) a request")
    }
    switch input.contents {
    case .strings(let files):
      guard input.shape == [count] || input.shape == [count, 1] else {
        throw .invalid(
          "input \(name) of BYTES has the shape \(input.shape); a picture's file is one element, so send "
            + "[N] or [N, 1]")
      }
      return files.map { .file($0) }
    case .bytes(let levels):
      try checkShape(input.shape)
      return pictures(levels).map { .tensor(ImageTensor(bytes: $0)) }
    case .floats(let levels):
      try checkShape(input.shape)
      if let index = levels.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
        throw .invalid(
          "input \(name) has \(levels[index]) at element \(index); grey levels in FP32 are from 0 (black) "
            + "to 1 (white), in UINT8 from 0 to 255")
      }
      return pictures(levels).map { .tensor(ImageTensor(pixels: Array($0))) }
    case .bools:
      throw .invalid("input \(name) has the datatype BOOL; send \(acceptedTypes)")
    }
  }

  /// The datatypes of the input, as a text.
  static let acceptedTypes = "FP32, UINT8 or BYTES"

  private static func checkShape(_ shape: [Int]) throws(OpenInferenceError) {
    let picture = Array(shape.dropFirst())
    let size = [ImageTensor.height, ImageTensor.width]
    guard picture == [1] + size || picture == size else {
      throw .invalid(
        "input \(name) has the shape \(shape); send [N, 1, 28, 28] or [N, 28, 28], or files of pictures "
          + "as BYTES")
    }
  }

  private static func pictures<Level>(_ levels: [Level]) -> [ArraySlice<Level>] {
    stride(from: 0, to: levels.count, by: ImageTensor.elementCount).map {
      levels[$0..<$0 + ImageTensor.elementCount]
    }
  }
}
