#pragma once

// The part of the libsrtp 3 API that mediasoup-worker uses, on top of libsrtp 2, which is what distributions have.
// Version 3 made policies opaque and gave every (un)protect call separate input and output buffers with lengths; version
// 2 has a plain struct for the policy, and works in place.

// Version 2's struct keeps its members under another name, so that the version 3 name is free for the opaque handle.
#define srtp_policy_t srtp2_policy_t
#include <srtp2/srtp.h>
#undef srtp_policy_t

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>

// Status codes that version 2 does not know; the numbers are version 3's, and version 2 ends at 27.
inline constexpr auto srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(28);
inline constexpr auto srtp_err_status_cryptex_err  = static_cast<srtp_err_status_t>(29);

// ---- Policies ----

// Version 2 borrows the key through a pointer, so the handle owns the bytes.
struct srtp3_policy
{
	srtp2_policy_t policy;
	unsigned char key[SRTP_MAX_KEY_LEN];
};

using srtp_policy_t = srtp3_policy*;

inline srtp_err_status_t srtp_policy_create(srtp_policy_t* policy)
{
	*policy = new (std::nothrow) srtp3_policy{};

	return *policy ? srtp_err_status_ok : srtp_err_status_alloc_fail;
}

inline void srtp_policy_destroy(srtp_policy_t policy)
{
	delete policy;
}

inline srtp_err_status_t srtp_policy_set_ssrc(srtp_policy_t policy, srtp_ssrc_t ssrc)
{
	policy->policy.ssrc = ssrc;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_profile(srtp_policy_t policy, srtp_profile_t profile)
{
	const auto status = srtp_crypto_policy_set_from_profile_for_rtp(&policy->policy.rtp, profile);

	if (status != srtp_err_status_ok)
	{
		return status;
	}

	// Its own call: RFC 5764 has SRTCP use the 80-bit tag even where the profile shortens that of SRTP.
	return srtp_crypto_policy_set_from_profile_for_rtcp(&policy->policy.rtcp, profile);
}

inline srtp_err_status_t srtp_policy_add_key(
  srtp_policy_t policy,
  const uint8_t* key,
  size_t keyLen,
  const uint8_t* salt,
  size_t saltLen,
  const uint8_t* /*mki*/,
  size_t mkiLen)
{
	// mediasoup never uses a master key identifier, and neither does WebRTC.
	if (mkiLen != 0 || keyLen > sizeof(policy->key) || saltLen > sizeof(policy->key) - keyLen)
	{
		return srtp_err_status_bad_param;
	}

	// Version 2 wants key and salt in one piece.
	std::memcpy(policy->key, key, keyLen);
	std::memcpy(policy->key + keyLen, salt, saltLen);
	policy->policy.key = policy->key;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(srtp_policy_t policy, bool allow)
{
	policy->policy.allow_repeat_tx = allow;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(srtp_policy_t policy, size_t size)
{
	policy->policy.window_size = size;

	return srtp_err_status_ok;
}

// ---- Sessions ----

inline srtp_err_status_t srtp_create(srtp_t* session, srtp_policy_t policy)
{
	return srtp_create(session, static_cast<const srtp2_policy_t*>(&policy->policy));
}

inline srtp_err_status_t srtp_stream_remove(srtp_t session, uint32_t ssrc)
{
	return srtp_remove_stream(session, ssrc);
}

// ---- Packets ----

namespace srtp3_detail
{
	using InPlace = srtp_err_status_t (*)(srtp_t, void*, int*);

	struct Packet
	{
		const uint8_t* in;
		size_t inLen;
		uint8_t* out;
		size_t* outLen; // In: the room in `out`. Out: what was written.
	};

	// Version 2 never checks for room: it writes at most `growth` bytes past the packet, so ask for that much beforehand.
	inline srtp_err_status_t Run(InPlace run, srtp_t session, const Packet& packet, size_t growth)
	{
		if (packet.inLen > std::numeric_limits<int>::max() - growth || packet.inLen + growth > *packet.outLen)
		{
			return srtp_err_status_buffer_small;
		}

		if (packet.in != packet.out)
		{
			std::memcpy(packet.out, packet.in, packet.inLen);
		}

		int len           = static_cast<int>(packet.inLen);
		const auto status = run(session, packet.out, &len);

		if (status == srtp_err_status_ok)
		{
			*packet.outLen = static_cast<size_t>(len);
		}

		return status;
	}

	// SRTCP adds its index (4 bytes) to the authentication tag.
	inline constexpr size_t ProtectGrowth = SRTP_MAX_TRAILER_LEN + sizeof(uint32_t);
} // namespace srtp3_detail

inline srtp_err_status_t srtp_protect(
  srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen, size_t /*mkiIndex*/)
{
	// Picks version 2's function of the same name.
	constexpr srtp3_detail::InPlace run = srtp_protect;

	return srtp3_detail::Run(run, session, { in, inLen, out, outLen }, srtp3_detail::ProtectGrowth);
}

inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen, size_t /*mkiIndex*/)
{
	constexpr srtp3_detail::InPlace run = srtp_protect_rtcp;

	return srtp3_detail::Run(run, session, { in, inLen, out, outLen }, srtp3_detail::ProtectGrowth);
}

inline srtp_err_status_t srtp_unprotect(srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen)
{
	constexpr srtp3_detail::InPlace run = srtp_unprotect;

	return srtp3_detail::Run(run, session, { in, inLen, out, outLen }, 0);
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen)
{
	constexpr srtp3_detail::InPlace run = srtp_unprotect_rtcp;

	return srtp3_detail::Run(run, session, { in, inLen, out, outLen }, 0);
}
