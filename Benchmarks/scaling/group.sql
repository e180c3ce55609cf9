-- One transaction of a server: a group of records, written together.
BEGIN;
INSERT INTO prediction_pictures
  SELECT ('01a20d1a0000' || lpad(to_hex(nextval('numbers')), 20, '0'))::uuid, pixels
    FROM sample WHERE number < :group;
INSERT INTO predictions
  SELECT ('01a20d1a0000' || lpad(to_hex(nextval('numbers')), 20, '0'))::uuid, now(),
      '01a20d1a-b0ba-75f0-9120-0fab82f70917', 'picture-' || number || '.png', 'Native', 'fashion-cnn-20261126',
      'Ankle boot', 0.05 + 0.949 * (number % 97) / 97, 0.123,
      '[{"class":"Ankle boot","confidence":0.98},{"class":"Sneaker","confidence":0.01},{"class":"Sandal","confidence":0.01}]',
      false, true, 'auto', 'key-1a2b3c4d', repeat('0123456789abcdef', 4), NULL, number % 10
    FROM sample WHERE number < :group;
COMMIT;
