#pragma once

// Stands in for the header-only ankerl::unordered_dense, which Debian does not package. mediasoup uses only what the
// standard containers have too; they are node-based, so a little slower, and hold references stable for longer.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>

namespace ankerl::unordered_dense
{
	namespace detail
	{
		// libstdc++ hashes an integer to itself. mediasoup folds such hashes of addresses and ports into one, and expects
		// them spread over all bits: this is the finalizer of splitmix64, a bijection that does so.
		inline std::size_t Spread(std::uint64_t value) noexcept
		{
			value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
			value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;

			return static_cast<std::size_t>(value ^ (value >> 31));
		}
	} // namespace detail

	template<typename T>
	struct hash
	{
		std::size_t operator()(const T& value) const noexcept(noexcept(std::hash<T>{}(value)))
		{
			if constexpr (std::is_integral_v<T> || std::is_enum_v<T> || std::is_pointer_v<T>)
			{
				return detail::Spread(static_cast<std::uint64_t>(std::hash<T>{}(value)));
			}
			else
			{
				return std::hash<T>{}(value);
			}
		}
	};

	template<typename Key, typename Value, typename Hash = hash<Key>, typename Equal = std::equal_to<Key>>
	using map = std::unordered_map<Key, Value, Hash, Equal>;

	template<typename Key, typename Hash = hash<Key>, typename Equal = std::equal_to<Key>>
	using set = std::unordered_set<Key, Hash, Equal>;
} // namespace ankerl::unordered_dense
