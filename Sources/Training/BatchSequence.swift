import Classification
import Dataset

/// The training pictures of one epoch in random order and randomly changed, batch by batch.
struct BatchSequence: Sequence, IteratorProtocol {
  struct Batch {
    /// 784 grey levels a picture.
    let pixels: [Float]
    let labels: [Int64]
  }

  /// How many batches there are; the last may be smaller.
  let count: Int

  private let images: LabelledImages
  private let batchSize: Int
  private let augmentation: Augmentation
  private let order: [Int]
  private var generator: SeededGenerator
  private var position = 0

  init(
    _ images: LabelledImages, batchSize: Int, augmentation: Augmentation, generator: SeededGenerator
  ) {
    self.images = images
    self.batchSize = batchSize
    self.augmentation = augmentation
    self.generator = generator
    order = self.generator.permutation(of: images.count)
    count = (images.count + batchSize - 1) / batchSize
  }

  mutating func next() -> Batch? {
    guard position < order.count else { return nil }
    let indices = order[position..<Swift.min(position + batchSize, order.count)]
    position = indices.endIndex
    var pixels: [Float] = []
    pixels.reserveCapacity(indices.count * ImageTensor.elementCount)
    for index in indices {
      augmentation.append(images.image(at: index), to: &pixels, using: &generator)
    }
    return Batch(pixels: pixels, labels: indices.map { Int64(images.labels[$0]) })
  }
}
