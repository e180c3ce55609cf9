import Glibc

/// Memory that is written as a whole as soon as there is some, such as transformed weights.
///
/// The system gives its pages at once, in large ones where it has them, instead of one at each first touch,
/// which took a quarter of the time to load `fashion-resnet`.
enum PageMemory {
  private static let page = 1 << 12
  private static let largePage = 1 << 21

  /// Allocates memory, at the start of a page.
  ///
  /// Where the system knows no such wishes, it is memory like any other.
  static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    let isLarge = byteCount >= largePage
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(byteCount, 1), alignment: isLarge ? largePage : page)
    // Only whole ones: a last one in part would take more memory.
    if isLarge { madvise(memory, byteCount / largePage * largePage, MADV_HUGEPAGE) }
    madvise(memory, byteCount / page * page, MADV_POPULATE_WRITE)
    return memory
  }
}
