/// Sets of pictures that are no garments, such as a user may send by mistake.
public enum OutlierKind: String, CaseIterable, Sendable, Codable {
  /// Random grey levels, fine or coarse.
  case noise
  /// One grey level, or a ramp from one to another.
  case blank
  /// A printed digit.
  case digits
  /// Lines of printed words.
  case text
  /// Sky over hills.
  case landscapes
}
