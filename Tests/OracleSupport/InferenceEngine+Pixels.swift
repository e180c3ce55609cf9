public import Classification

extension InferenceEngine {
  /// The logits of pictures that lie one after the other.
  public func logits(
    ofPixels pictures: [Float]
  ) throws(InferenceError) -> [Float] {
    var logits = [Float](
      repeating: .nan, count: pictures.count / ImageTensor.elementCount * classCount)
    var output = logits.mutableSpan
    try run(pictures.span, into: &output)
    return logits
  }
}
