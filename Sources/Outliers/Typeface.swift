import CFreeType

/// A font that draws text in grey levels.
final class Typeface {
  /// Where Debian's package `fonts-dejavu-core` keeps its fonts.
  static let standardPaths = [
    "DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono", "DejaVuSerif", "DejaVuSerif-Bold",
  ].map { "/usr/share/fonts/truetype/dejavu/\($0).ttf" }

  private let library: FT_Library
  private let face: FT_Face

  /// Opens a font file.
  init(path: String) throws(OutlierError) {
    var library: FT_Library?
    let started = FT_Init_FreeType(&library)
    guard started == 0, let library else { throw .rendererUnavailable(code: started) }
    var face: FT_Face?
    let opened = FT_New_Face(library, path, 0, &face)
    guard opened == 0, let face else {
      FT_Done_FreeType(library)
      throw .fontUnreadable(path: path, code: opened)
    }
    self.library = library
    self.face = face
  }

  deinit {
    FT_Done_Face(face)
    FT_Done_FreeType(library)
  }

  /// Draws a line of text onto a canvas.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - size: The height of the font, in pixels.
  ///   - x: Where the line starts.
  ///   - baseline: The row that letters stand on.
  ///   - level: The grey level of the letters, from 0 to 255.
  /// - Returns: Where the line ends.
  @discardableResult
  func draw(
    _ text: String, size: Int, x: Int, baseline: Int, level: Double, on canvas: inout Canvas
  ) -> Int {
    FT_Set_Pixel_Sizes(face, 0, FT_UInt(size))
    var position = x
    for scalar in text.unicodeScalars {
      guard FT_Load_Char(face, FT_ULong(scalar.value), FT_Int32(FT_LOAD_RENDER)) == 0,
        let slot = face.pointee.glyph?.pointee
      else { continue }
      let bitmap = slot.bitmap
      for row in 0..<Int(bitmap.rows) {
        for column in 0..<Int(bitmap.width) {
          let coverage = Double(bitmap.buffer[row * Int(bitmap.pitch) + column]) / 255
          canvas.blend(
            level, by: coverage, x: position + Int(slot.bitmap_left) + column,
            y: baseline - Int(slot.bitmap_top) + row)
        }
      }
      // In 64ths of a pixel.
      position += Int(slot.advance.x) / 64
    }
    return position
  }
}
