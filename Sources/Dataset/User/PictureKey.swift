/// A picture as a key of sets and dictionaries: found by all of its pixels, hashed at once.
struct PictureKey: Hashable {
  private let pixels: ArraySlice<UInt8>

  init(_ pixels: ArraySlice<UInt8>) {
    self.pixels = pixels
  }

  func hash(into hasher: inout Hasher) {
    pixels.withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}
