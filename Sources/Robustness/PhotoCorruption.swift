/// What sets a photograph apart from a picture of the data set.
///
/// Whatever the kind, a photograph is 200 to 2,000 pixels large, its garment lies off the middle
/// within unequal margins, its darkest cloth is not quite black, and it is a PNG or a JPEG file. All
/// but ``darkGround``, ``alpha`` and some of ``combined`` show the garment on a light ground, as a
/// shop does.
public enum PhotoCorruption: String, CaseIterable, Sendable, Codable {
  /// A garment as bright as in the data set, on black to dark grey.
  case darkGround = "dark-ground"
  /// White to light grey.
  case lightGround = "light-ground"
  /// A light ground of some hue.
  case tintedGround = "tinted-ground"
  /// A light ground that darkens evenly in some direction.
  case gradientGround = "gradient-ground"
  /// Margins of up to twice the garment's size, of another width on each side.
  case offCentre = "off-centre"
  /// Turned by up to 10 degrees either way.
  case rotated
  /// A JPEG file of quality 40 to 95.
  case jpeg
  /// Gaussian noise of a standard deviation of 3 to 15 levels in each channel, as from a sensor.
  case noise
  /// A soft shadow that the garment casts beside itself.
  case shadow
  /// A cut-out garment: a PNG file with a transparent ground.
  case alpha
  /// A JPEG file whose pixels are turned or mirrored and whose Exif tag says so.
  case exifOrientation = "exif-orientation"
  /// A garment of some hue.
  case coloured
  /// Several of these at once, at random.
  case combined

  /// Whether every photograph of this kind stands on a light ground.
  public var isOnLightGround: Bool {
    switch self {
    case .darkGround, .alpha, .combined: false
    case .lightGround, .tintedGround, .gradientGround, .offCentre, .rotated, .jpeg, .noise, .shadow,
      .exifOrientation, .coloured:
      true
    }
  }
}
