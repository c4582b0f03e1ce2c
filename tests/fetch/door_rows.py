"""The threat table of the door, by id, and the tests that hold each row: `file::test` or `file::test[row]`.

Rows named by section: T1 to T16, what we found about our tools; CT1 to LB1, disguises; A, published advisories
about Scrapy; S, its settings; R1 to R7, scope and addresses; H, harm to the analyst; N, faults of network and parser.
"""

_GAUNTLET = "fetch/test_gauntlet.py"
_DISGUISE = f"{_GAUNTLET}::test_disguise"
_TEXT = f"{_GAUNTLET}::test_text_that_leads_to_media_is_text"
_WIRE = f"{_GAUNTLET}::test_wire"
_SETTINGS = "fetch/test_settings.py::test_each_weaker_setting_stops_the_start"
_DOOR = "fetch/test_door.py"
_LAYERS = "fetch/test_layers.py"
_SKELETON = "extract/test_skeleton.py"

ROWS: dict[str, str] = {
    "T1 a guard that raises fails closed": f"{_LAYERS}::test_guard_that_raises_lets_nothing_through",
    "T2 at most one read of a refused body": f"{_DOOR}::test_at_most_one_read_beyond_what_can_be_recognised",
    "T3 no exception carries a body": f"{_GAUNTLET}::test_no_exception_and_no_frame_holds_a_byte",
    "T4 nothing is decompressed": f"{_DISGUISE}[ENC",
    "T5 a refusal closes the connection, once": f"{_DOOR}::test_refused",
    "T6 scope holds on the final request": f"{_LAYERS}::test_request_changed_on_its_way_is_refused",
    "T7 the resolved address is judged": "fetch/test_egress.py::test_one_bad_address_refuses_the_name",
    "T8 our own table of addresses": "fetch/test_addresses.py::test_special_addresses_are_refused",
    "T9 endless headers end": f"{_GAUNTLET}::test_rd7_eight_interim_answers_are_enough",
    "T10 no listener, no Referer, no cookie": f"{_DOOR}::test_request_says_no_more_than_it_must",
    "T11 the parser reads all or says so": f"{_SKELETON}::test_extreme_pages_are_read_whole",
    "T12 the store": "case/test_kill.py::",
    "T13 the chain": "case/test_verify.py::",
    "T14 page text kills no export": "export/test_formats.py::test_any_name_makes_a_graph_file_that_parses",
    "T15 linear time on page text": "extract/test_scrub.py::",
    "T16 every request has an outcome": "fetch/test_run.py::test_every_fault_ends_in_one_recorded_outcome",
    **dict.fromkeys(
        """CT1 CT2 CT3 CT4 CT5 CT6 CT7 CT8 CT9 CT10 PG1 PG2 PG3 PG4 PG5 PG6 PG7 SVG1 MP1 ENC1 ENC2 ENC3 ENC4 ENC5
        RD3 RG1 RG2 ML1 ML2 ML3 MF1 MF2 MF3 MF4 ST2 ST7 SG1 JS3""".split(),
        _DISGUISE,
    ),
    **dict.fromkeys("RD4 RD5 JS2".split(), _TEXT),
    **dict.fromkeys("ENC6 ST3 ST4 ST5 ST6 ST8 ST9".split(), _WIRE),
    "RD1": f"{_GAUNTLET}::test_rd1_body_of_a_redirect_is_not_read",
    "RD2": f"{_GAUNTLET}::test_rd2_redirect_to_an_image_leads_nowhere",
    "RD6": f"{_GAUNTLET}::test_rd6_rd8_headers_that_name_addresses_are_strings",
    "RD7": f"{_GAUNTLET}::test_rd7_eight_interim_answers_are_enough",
    "RD8": f"{_GAUNTLET}::test_rd6_rd8_headers_that_name_addresses_are_strings",
    "JS1": f"{_GAUNTLET}::test_js1_picture_inside_json_is_not_kept",
    "JS4": f"{_GAUNTLET}::test_js4_upgrade_is_refused",
    "JS5": f"{_DOOR}::test_no_protocol_but_http_1_is_offered",
    "ST1": f"{_GAUNTLET}::test_every_disguise_in_every_framing_and_cut",
    "LB1": f"{_GAUNTLET}::test_lb1_schemes_are_never_requested",
    # 3.1: each advisory is about a part of Scrapy that is not between engine and door.
    "A telnet console": _SETTINGS,
    "A credentials across domains": f"{_DOOR}::test_environment_gives_no_proxy_and_no_password",
    "A decompression bombs": f"{_DISGUISE}[ENC3",
    "A redirects to other schemes": f"{_GAUNTLET}::test_lb1_schemes_are_never_requested",
    "A Referrer-Policy executed": "fetch/test_settings.py::test_component_between_engine_and_door_stops_the_start",
    "A s3 in plaintext": "fetch/test_settings.py::test_other_scheme_with_a_handler_stops_the_start",
    "S settings in force": _SETTINGS,
    "S settings of the spider": "fetch/test_settings.py::test_setting_of_the_spider_itself_is_seen",
    "R1 canonical host": "fetch/test_policy.py::test_odd_forms_are_refused",
    "R2 exact host or as the entry says": "fetch/test_policy.py::test_other_hosts_are_out_of_scope",
    "R3 ports": "fetch/test_policy.py::test_odd_forms_are_refused",
    "R4 ad-tech edge": "fetch/test_policy.py::test_ad_networks_are_asked_from_reach_tags_on_and_only_if_named",
    "R5 resolved, connected, compared": "fetch/test_egress.py::test_peer_is_checked_before_a_byte_is_sent",
    "R5 rebinding": "fetch/test_egress.py::test_rebinding_is_refused_each_time",
    "R6 no look-up but the door's": f"{_LAYERS}::test_the_process_lock_refuses_alone_and_broken",
    "R7 no revenue": "fetch/test_no_revenue.py::test_what_counts_is_never_requested",
    "H formula in a cell": "export/test_cells.py::test_no_cell_begins_like_a_formula",
    "H markup in the report": "report/test_page.py::test_hostile_text_stays_text",
    "H no resource from elsewhere": "report/test_write.py::test_nothing_is_asked_of_anyone",
    "H graph files": "export/test_formats.py::test_any_name_makes_a_graph_file_that_parses",
    "H log lines": f"{_DOOR}::test_refused",
    "H list in arguments": "fetch/test_fetcher.py::test_each_ask_ends_once_and_where_it_belongs",
    "N slow headers, drip": "fetch/test_resources.py::test_nothing_a_server_sends_fills_the_memory",
    "N never answers": f"{_DOOR}::test_server_that_never_answers",
    "N reset, early end": f"{_GAUNTLET}::test_reset_is_no_end_of_a_body",
    "N TLS truncation": f"{_GAUNTLET}::test_tls_truncation_is_no_page",
    "N name does not resolve": "fetch/test_egress.py::test_name_that_does_not_resolve_is_a_failure",
    "N a thousand addresses": "fetch/test_egress.py::test_one_bad_address_refuses_the_name",
    "N unknown authority": f"{_DOOR}::test_unknown_authority_fails_verified_and_is_recorded_unverified",
    "N wrong name": f"{_DOOR}::test_certificate_for_another_name_fails",
    "N endless everything": "fetch/test_resources.py::test_nothing_a_server_sends_fills_the_memory",
    "N extreme pages": f"{_SKELETON}::test_extreme_pages_are_read_whole",
    "N deadly page": "fetch/test_run.py::test_deadly_page_costs_one_worker_and_no_other_page",
    "N any bytes": "fuzz/test_targets.py::test_random_bytes",
    "N redirect loop": "fetch/test_run.py::test_every_fault_ends_in_one_recorded_outcome",
    "N hanging fetcher": "fetch/test_writer.py::test_silent_fetcher_ends_the_run_honestly",
}
