/// Files that are pictures or documents, but not of a kind that is read here: they get another answer
/// than bytes that are nothing known.
enum ForeignFormat: CaseIterable {
  case gif, bmp, tiffLittleEndian, tiffBigEndian, pdf, jpeg2000, icon, photoshop, isoMedia

  /// Recognises a file by its first bytes.
  init?(_ bytes: [UInt8]) {
    guard
      let match = Self.allCases.first(where: { bytes.dropFirst($0.offset).starts(with: $0.magic) })
    else { return nil }
    self = match
  }

  /// HEIC and AVIF files start with the length of their first box.
  private var offset: Int { self == .isoMedia ? 4 : 0 }

  private var magic: [UInt8] {
    switch self {
    case .gif: Array("GIF8".utf8)
    case .bmp: Array("BM".utf8)
    case .tiffLittleEndian: [0x49, 0x49, 0x2a, 0]
    case .tiffBigEndian: [0x4d, 0x4d, 0, 0x2a]
    case .pdf: Array("%PDF-".utf8)
    case .jpeg2000: [0, 0, 0, 0x0c, 0x6a, 0x50, 0x20, 0x20]
    case .icon: [0, 0, 1, 0]
    case .photoshop: Array("8BPS".utf8)
    case .isoMedia: Array("ftyp".utf8)
    }
  }
}
