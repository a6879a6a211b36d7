// Sizes and constants of ObjectArray (MS-WMI 2.2.14). Internal to src/remote.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace remote::packet {

inline constexpr std::string_view kMark = "WBEMDATA";
inline constexpr std::uint32_t kHeader1 = 26;  // dwByteOrdering to bPacketType
inline constexpr std::uint32_t kHeader2 = 8;
inline constexpr std::uint32_t kHeader3 = 12;
inline constexpr std::uint32_t kFixed = kHeader1 + kHeader2 + kHeader3;
inline constexpr std::uint32_t kObjectHeader = 9;     // WBEM_DATAPACKET_OBJECT
inline constexpr std::uint32_t kClassHeader = 8;      // WBEMOBJECT_CLASS
inline constexpr std::uint32_t kInstanceHeader = 24;  // WBEMOBJECT_INSTANCE and ..._NOCLASS
inline constexpr std::uint8_t kClass = 1;
inline constexpr std::uint8_t kInstance = 2;
inline constexpr std::uint8_t kInstanceNoClass = 3;

// Offsets of the fields that are known last.
inline constexpr std::size_t kDataSize1 = 16;
inline constexpr std::size_t kDataSize2 = kHeader1 + 4;
inline constexpr std::size_t kDataSize3 = kHeader1 + kHeader2 + 4;
inline constexpr std::size_t kNumObjects = kHeader1 + kHeader2 + 8;
inline constexpr std::size_t kObjectSize = 4;                 // in WBEM_DATAPACKET_OBJECT
inline constexpr std::size_t kInnerSize = kObjectHeader + 4;  // dwSizeOfData of what is in it
inline constexpr std::size_t kGuid = kObjectHeader + 8;

}  // namespace remote::packet
