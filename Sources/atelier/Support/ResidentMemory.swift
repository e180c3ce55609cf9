import Foundation

/// The memory of this program that is in physical memory now.
enum ResidentMemory {
  /// Bytes, from `/proc/self/statm` (proc(5)).
  static var current: Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
      return 0
    }
    let fields = text.split(separator: " ")
    guard fields.count > 1, let pages = Int(fields[1]) else { return 0 }
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }
}
