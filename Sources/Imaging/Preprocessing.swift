/// How a picture of any size becomes the 28x28 picture that engines see.
public enum Preprocessing: String, CaseIterable, Sendable, Codable {
  /// A grey picture of 28x28 pixels as it is; every other one as ``photo``.
  case auto
  /// The recipe the data set was made with: the garment bright on black, cropped, its longer side
  /// 28 pixels, centred.
  case photo
  /// Exactly what Pillow makes of `convert("L")`, `resize((28, 28))` and
  /// `ImageEnhance.Contrast(0.5)`.
  case classic
}
