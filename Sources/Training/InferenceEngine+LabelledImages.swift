public import Classification
public import Dataset

extension InferenceEngine {
  /// The logits of each picture of a set, computed in batches.
  ///
  /// - Throws: `InferenceError` when the runtime fails.
  public func logits(
    for images: LabelledImages, batchSize: Int = 250
  ) throws(InferenceError) -> [Logits] {
    var all: [Logits] = []
    all.reserveCapacity(images.count)
    for start in stride(from: 0, to: images.count, by: batchSize) {
      let batch = start..<min(start + batchSize, images.count)
      all += try logits(for: batch.map { images.tensor(at: $0) })
    }
    return all
  }
}
