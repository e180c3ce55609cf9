/// A loaded, warm model that turns pictures into logits.
///
/// Calls block the thread they run on for the time of the computation, so they belong on the
/// engines' own executor, never on an event loop. Several tasks may call one engine at once.
public protocol InferenceEngine: Sendable {
  /// Which runtime this is.
  var kind: EngineKind { get }

  /// Logits a picture: the size of the model's ``LabelSet``.
  var classCount: Int { get }

  /// Computes the logits of a batch.
  ///
  /// - Parameters:
  ///   - pixels: The batch: any number of pictures of ``ImageTensor/elementCount`` grey levels each,
  ///     one after the other (shape N x 1 x 28 x 28). An empty batch is allowed.
  ///   - logits: Receives ``classCount`` scores a picture, in the same order (shape N x classes).
  /// - Throws: ``InferenceError`` when the shapes do not fit or the runtime fails.
  func run(_ pixels: Span<Float>, into logits: inout MutableSpan<Float>) throws(InferenceError)
}

extension InferenceEngine {
  /// The logits of each picture.
  ///
  /// - Throws: ``InferenceError`` when the runtime fails.
  public func logits(for images: [ImageTensor]) throws(InferenceError) -> [Logits] {
    var pixels: [Float] = []
    pixels.reserveCapacity(images.count * ImageTensor.elementCount)
    for image in images { pixels += image.pixels }
    var values = [Float](repeating: 0, count: images.count * classCount)
    var output = values.mutableSpan
    try run(pixels.span, into: &output)
    return images.indices.map { Logits(Array(values[$0 * classCount..<($0 + 1) * classCount])) }
  }

  /// Runs one empty picture, so that no request pays for what a runtime does on its first call.
  ///
  /// - Throws: ``InferenceError`` when the runtime fails.
  public func warmUp() throws(InferenceError) {
    _ = try logits(for: [ImageTensor(pixels: Array(repeating: 0, count: ImageTensor.elementCount))])
  }

  /// Runs one empty picture, as ``warmUp()`` does; what fails here is the fault of the model's file.
  ///
  /// - Throws: ``InferenceError/modelInvalid(path:reason:)`` when the runtime fails.
  public func warmUp(modelPath: String) throws(InferenceError) {
    do {
      try warmUp()
    } catch .runtimeFailure(_, let reason) {
      throw .modelInvalid(path: modelPath, reason: reason)
    }
  }

  /// Checks that a call to ``run(_:into:)`` has whole pictures and room for their logits.
  ///
  /// - Returns: The number of pictures.
  /// - Throws: ``InferenceError/shapeMismatch(pixels:logits:classes:)`` otherwise.
  public func batchCount(pixels: Int, logits: Int) throws(InferenceError) -> Int {
    let (count, remainder) = pixels.quotientAndRemainder(dividingBy: ImageTensor.elementCount)
    guard remainder == 0, logits == count * classCount else {
      throw .shapeMismatch(pixels: pixels, logits: logits, classes: classCount)
    }
    return count
  }
}
