/// Pictures, found by their pixels.
public struct PictureSet: Sendable {
  private let pictures: Set<PictureKey>

  /// Collects the pictures of a set.
  public init(_ images: LabelledImages) {
    pictures = Set((0..<images.count).map { PictureKey(images.image(at: $0)) })
  }

  /// Whether a picture is among them, pixel for pixel.
  public func contains(_ picture: ArraySlice<UInt8>) -> Bool {
    pictures.contains(PictureKey(picture))
  }
}

extension LabelledImages {
  /// The pictures that are not among others.
  public func removing(_ others: PictureSet) -> LabelledImages {
    selecting((0..<count).filter { !others.contains(image(at: $0)) })
  }

  /// These pictures, then others.
  public func appending(_ others: LabelledImages) -> LabelledImages {
    LabelledImages(pixels: pixels + others.pixels, labels: labels + others.labels)
  }
}
