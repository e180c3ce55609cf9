import Classification

/// What the first version of the service made of a picture with Pillow, to the last bit:
/// `convert("L")`, `resize((28, 28))`, `ImageEnhance.Contrast(0.5)`, each level over 255.
enum ClassicPreprocessing {
  static func tensor(of picture: Picture) -> ImageTensor {
    let small = Plane(width: picture.width, height: picture.height, pixels: picture.luminance)
      .resized(width: ImageTensor.width, height: ImageTensor.height)
    return ImageTensor(bytes: withHalfContrast(small.pixels))
  }

  /// Each level moved half the way to the mean.
  private static func withHalfContrast(_ pixels: [UInt8]) -> [UInt8] {
    let sum = pixels.reduce(0) { $0 + Int($1) }
    // The mean rounded to the nearest level; ties go up.
    let mean = (2 * sum + pixels.count) / (2 * pixels.count)
    // mean + 0.5 * (level - mean), cut to a whole number.
    return pixels.map { UInt8((mean + Int($0)) / 2) }
  }
}
