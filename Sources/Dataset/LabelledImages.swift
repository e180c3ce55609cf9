public import Classification
import Hashing

/// Pictures of 28 by 28 grey levels, each with the number of its class.
public struct LabelledImages: Sendable, Hashable {
  /// Grey levels of all pictures, one after the other, row by row: 784 bytes a picture.
  public let pixels: [UInt8]
  /// The class of each picture.
  public let labels: [UInt8]

  /// Creates a set of pictures.
  ///
  /// - Precondition: there are 784 pixels a label.
  public init(pixels: [UInt8], labels: [UInt8]) {
    precondition(
      pixels.count == labels.count * ImageTensor.elementCount, "every picture has one label")
    self.pixels = pixels
    self.labels = labels
  }

  /// How many pictures there are.
  public var count: Int { labels.count }

  /// The grey levels of one picture.
  public func image(at index: Int) -> ArraySlice<UInt8> {
    let start = index * ImageTensor.elementCount
    return pixels[start..<start + ImageTensor.elementCount]
  }

  /// One picture as the engines take it.
  public func tensor(at index: Int) -> ImageTensor {
    ImageTensor(bytes: image(at: index))
  }

  /// The pictures at `indices`, in that order.
  public func selecting(_ indices: some Collection<Int>) -> LabelledImages {
    var selected: [UInt8] = []
    selected.reserveCapacity(indices.count * ImageTensor.elementCount)
    for index in indices { selected += image(at: index) }
    return LabelledImages(pixels: selected, labels: indices.map { labels[$0] })
  }

  /// How many pictures each of `classCount` classes has.
  ///
  /// - Throws: ``DatasetError/labelOutOfRange(label:index:classes:)`` when a label names no class.
  public func classCounts(classCount: Int) throws(DatasetError) -> [Int] {
    var counts = [Int](repeating: 0, count: classCount)
    for (index, label) in labels.enumerated() {
      guard Int(label) < classCount else {
        throw .labelOutOfRange(label: Int(label), index: index, classes: classCount)
      }
      counts[Int(label)] += 1
    }
    return counts
  }

  /// The SHA-256 of all pixels followed by all labels, in hexadecimal: the identity of the data a
  /// model was trained on.
  public var sha256: String { ContentHash.sha256(of: pixels, labels) }
}
